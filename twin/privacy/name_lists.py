"""Names by script and gender: what a contact's name is recognised by, and what stands in its place. Lists only; names.py and name_forms.py use them.

Given names stand one family to a `;`: the full form, then its usual short and affectionate ones, the commonest first. The endearments that Russian makes of any
short form (Катя: Катька, Катечка, Катенька) are made by name_forms.py. These are common names of many people, put together by hand for this purpose; no list of
persons stands behind them. Russian surnames are given in the masculine.
"""

from __future__ import annotations

LATIN_MEN = """
Aaron; Abel; Abraham Abe; Adam; Adrian Ade; Alan Al; Albert Bert Bertie; Alejandro; Alexander Alex Sasha Sandro Alec; Alfred Alf Alfie Fred; Ali; Alvin;
Ahmed; Ambrose; Andre; Andreas; Andrew Andy Drew; Anthony Tony Ant; Antoine; Antonio; Arnold Arnie; Arthur Art Artie; Ashton; Austin; Barnaby Barney; Barry
Baz; Bartholomew Bart; Basil; Benjamin Ben Benny Benji; Bernard Bernie; Brandon; Brendan; Brett; Brian; Bruce; Bruno; Bryce; Byron; Callum Cal; Calvin;
Cameron Cam; Carl; Carlos; Cedric; Cesar; Charles Charlie Chuck Chaz; Christian; Christopher Chris Kit Topher; Clark; Claude; Clement Clem; Clifford Cliff;
Clive; Colin; Connor; Craig; Curtis; Cyril; Damian; Daniel Dan Danny; Darren Daz; David Dave Davey; Dean; Dennis Denny; Derek; Diego; Dominic Dom; Donald
Don Donny; Douglas Doug; Duncan; Dylan; Edgar; Edmund Ned; Edward Ed Eddie Ted Teddy; Edwin; Eli; Elias; Elijah; Elliot; Emil; Emmanuel Manny; Enrique;
Eric; Ernest Ernie; Ethan; Eugene Gene; Evan; Fabian; Felix; Fergus; Fernando; Finn; Francis Frank Frankie; Francisco Paco; Franklin; Frederick Freddie
Freddy; Gabriel Gabe; Gareth; Gary; Gavin; George Georgie; Gerald Gerry Jerry; Gerard; Gilbert Gil; Giovanni Gianni; Glenn; Gordon; Graham; Grant; Gregory
Greg; Gustav Gus; Guy; Hans; Harold Hal; Harry; Harvey; Hassan; Hector; Henry Hank; Herbert Herb; Herman; Horace; Howard Howie; Hugh Hughie; Hugo; Humphrey;
Ian; Ibrahim; Igor; Isaac Ike; Isaiah; Ivan; Jack Jackie; Jacob Jake; James Jim Jimmy; Jared; Jason Jay; Javier; Jeffrey Jeff; Jeremy Jem; Jerome; Jesse;
Joel; Johannes; John Johnny Jon; Jonathan Jonny; Jonas; Jorge; Jose Pepe; Joseph Joe Joey; Joshua Josh; Juan; Julian Jules; Julius; Justin; Karl; Keith;
Kenneth Ken Kenny; Kevin Kev; Klaus; Kurt; Lambert; Lars; Laurence Larry Laurie; Leander; Leo; Leon; Leonard Len Lenny; Leopold Poldi; Liam; Lionel; Logan;
Louis Lou Louie; Lucas Luke; Luis; Luther; Magnus; Malcolm; Manuel; Marco; Marcus; Mario; Mark; Martin Marty; Marvin; Mason; Mateo; Matthew Matt Matty;
Maurice; Max; Maximilian; Maxwell; Melvin Mel; Michael Mike Mikey Mick Mickey; Miguel; Miles; Milo; Mohammed Mo; Morris; Moses; Murray; Nathan Nate;
Nathaniel; Neil; Neville; Nicholas Nick Nicky; Nigel; Noah; Noel; Norman Norm; Oliver Ollie; Omar; Oscar Ozzy; Otto; Owen; Pablo; Patrick Paddy; Paul;
Pedro; Percival Percy; Peter Pete; Philip Phil; Pierre; Quentin; Rafael Rafa; Ralph; Ramon; Randall Randy; Raphael; Raymond Ray; Reginald Reg Reggie; Rene;
Reuben; Rhys; Ricardo; Richard Rick Ricky Richie Dick; Robert Rob Bob Bobby Robbie; Roberto; Roderick Rod Roddy; Rodney; Roger; Roland; Ronald Ron Ronnie;
Rory; Ross; Roy; Rufus; Rupert; Russell Russ; Ryan; Samuel Sam Sammy; Santiago; Saul; Scott Scotty; Sean; Sebastian Seb; Sergio; Seth; Seymour; Shane;
Shaun; Sidney Sid; Silas; Simon Si; Spencer; Stanley Stan; Stefan; Stephen Steve Stevie; Steven; Stuart Stu; Sven; Terence Terry; Theodore Theo; Thomas Tom
Tommy; Tiago; Timothy Tim Timmy; Tobias Toby; Todd; Travis; Trevor Trev; Tristan; Tyler; Tyrone; Valentin; Vernon; Victor Vic; Vincent Vince Vinny; Wallace
Wally; Walter Walt; Warren; Wayne; Wesley Wes; Wilbur; Wilfred Wilf; Will; William Bill Billy Willy Will; Winston; Wolfgang Wolf; Xavier; Yusuf; Zachary
Zach Zack; Zane
"""
LATIN_WOMEN = """
Abigail Abby; Ada; Adelaide Addie; Adele; Adriana; Agatha; Agnes Aggie; Aisha; Alexandra Alex Lexi Sasha Sandra; Alice Allie; Alicia; Alison Ali; Amanda
Mandy; Amber; Amelia Milly Amy; Amina; Ana; Anastasia Stacy Nastya; Andrea; Angela Angie; Angelica; Anita; Anna Annie Anya Anne Nan; Annabel; Annette;
Antonia Toni; April; Ariana; Astrid; Audrey; Aurora; Ava; Barbara Barb Babs; Beatrice Bea Trixie; Belinda; Bernadette Bernie; Bertha; Bethany Beth; Beverly
Bev; Bianca; Bonnie; Brenda; Briana; Bridget Bridie; Brigitte; Camilla Cami; Candice; Carla; Carmen; Carol; Carolina; Caroline Carrie Caro; Cassandra
Cassie; Catalina; Cecilia Cece; Celeste; Celia; Charlotte Lottie Charlie; Chelsea; Chloe; Christina Tina Chrissy; Christine Chris; Claire; Clara; Claudia;
Colleen; Constance Connie; Cora; Corinne; Cynthia Cindy; Daisy; Daniela Dani; Danielle; Daphne; Dawn; Deborah Debbie Deb; Deirdre; Delia; Denise; Diana Di;
Diane; Dolores Lola; Donna; Dora; Doreen; Doris; Dorothy Dot Dottie; Edith Edie; Eileen; Elaine; Eleanor Ellie Nell Nora; Elena Lena; Elisa; Elise;
Elizabeth Liz Lizzie Beth Betty Betsy Eliza; Ella; Ellen; Elsa; Elsie; Emilia; Emily Em Emmy; Emma; Erica; Erin; Esmeralda; Estelle; Esther Essie; Ethel;
Eugenia; Eunice; Eva; Eve Evie; Evelyn; Faith; Fatima; Faye; Felicity Flick; Fernanda; Fiona Fi; Flora; Florence Flo Flossie; Frances Fran Francie;
Francesca; Freya; Frida; Gabriela; Gabrielle Gaby; Gail; Gemma; Georgia; Georgina; Geraldine; Gertrude Trudy Gertie; Gillian Gill Jilly; Gina; Gisela;
Giulia; Gladys; Gloria; Grace Gracie; Greta; Guadalupe Lupe; Gwendolyn Gwen; Hannah; Harriet Hattie; Hazel; Heather; Heidi; Helen Nellie; Helena; Helga;
Henrietta Etta; Hilary; Hilda; Holly; Hope; Ida; Imogen Immy; Ines; Ingrid; Irene; Iris; Irma; Isabel Izzy Bella Belle; Isabella; Ivy; Jacqueline Jackie;
Jane Janie; Janet; Janice; Jasmine Jas; Jeanette; Jennifer Jen Jenny; Jessica Jess Jessie; Jill; Joan Joanie; Joanna Jo; Jocelyn; Josephine Josie; Joy;
Joyce; Juanita; Judith Judy; Julia; Julie; Juliet; June; Justine; Karen; Karina; Katherine Kate Katie Kathy Kat Kitty; Kathleen; Kayla; Kelly; Kimberly Kim;
Kirsten; Kristin; Lara; Larissa; Laura Laurie; Lauren; Leah; Leila; Leticia; Lillian Lily; Linda; Lisa; Lorna; Lorraine; Louise Lou Lulu; Lucia; Lucille;
Lucinda; Lucy; Luisa; Lydia; Lynn; Mabel; Madeleine Maddie; Magdalena Magda Lena; Marcia; Margaret Maggie Meg Peggy Madge; Maria Masha; Marian; Marianne;
Marie; Marina; Marion; Marisa; Marjorie Marge; Marlene; Marta; Martha Marty; Mary Molly Polly; Matilda Tilly; Maud; Maureen; Mavis; May; Melanie Mel;
Melinda; Melissa Lissa; Mercedes; Meredith; Mia; Michelle Shelly; Mildred; Mina; Miranda; Miriam; Monica; Muriel; Myra; Nadia; Nadine; Nancy; Naomi; Natalie
Nat; Natasha Tasha; Nicole Nikki; Nina; Noelle; Norma; Odette; Olga; Olive; Olivia Liv; Ophelia; Paloma; Pamela Pam; Patricia Patty Tricia Trish; Paula;
Pauline; Pearl; Penelope Penny; Petra; Philippa Pippa; Phoebe; Phyllis; Priscilla Cilla; Prudence Prue; Rachel Rach; Ramona; Raquel; Rebecca Becky Becca;
Regina; Renata; Rhoda; Rhonda; Rita; Roberta; Rosa; Rosalind Ros; Rose Rosie; Rosemary; Roxanne Roxy; Ruby; Ruth Ruthie; Sabrina; Sally; Samantha Sam; Sara;
Sarah Sadie; Saskia; Selina; Serena; Sharon Shaz; Sheila; Shirley; Sibyl; Silvia; Simone; Sofia; Sonia; Sophia Sophie; Stella; Stephanie Steph; Susan Sue
Susie Suzy; Susanna; Suzanne; Svetlana; Sylvia; Tabitha; Tamara Tammy; Tanya; Tara; Tatiana; Teresa Tess Tessa Terry; Thelma; Theodora Thea; Tiffany; Tracy;
Uma; Una; Ursula; Valentina; Valerie Val; Vanessa; Vera; Verity; Veronica Ronnie; Victoria Vicky Tori; Viola; Violet; Vivian Viv; Wanda; Wendy; Wilhelmina
Minnie; Winifred Winnie; Xenia; Yolanda; Yvonne; Zara; Zelda; Zoe
"""
LATIN_EITHER = """
Alex; Ariel; Ashley; Aubrey; Bailey; Blair; Brook; Cameron; Casey; Charlie; Chris; Dakota; Dana; Devon; Drew; Eden; Ellis; Emerson; Finley; Frankie; Hayden;
Jackie; Jaime; Jamie; Jess; Jordan; Jude; Kai; Kelsey; Kendall; Kerry; Kim; Kris; Lee; Leslie; Lindsay; Lou; Marlowe; Mel; Micah; Morgan; Nico; Noa; Parker;
Pat; Payton; Quinn; Reese; Remy; Riley; Robin; Rowan; Sage; Sam; Sasha; Shannon; Shawn; Shelby; Sidney; Skyler; Stevie; Tatum; Taylor; Terry; Toni; Tracy;
Val; Whitney
"""
LATIN_SURNAMES = """
Abbott Adams Alexander Allen Alvarez Anderson Andrews Archer Armstrong Arnold Ashworth Atkinson Austin Baker Barker Barnes Barnett Barrett Bates Baxter
Beckett Bennett Benson Bishop Blackwood Blake Booth Bowen Bradley Bradshaw Brennan Briggs Brooks Brown Burgess Burke Burnett Burton Butler Byrne Caldwell
Callahan Cameron Campbell Carlson Carr Carroll Carter Castillo Chambers Chandler Chapman Chen Christensen Clarke Clayton Coleman Collins Cook Cooper
Crawford Cunningham Dalton Daniels Davies Davis Dawson Delgado Dickson Dixon Donnelly Donovan Doyle Drake Dubois Duffy Duncan Dunn Edwards Elliott Ellison
Emerson Evans Farrell Ferguson Fernandez Fischer Fisher Fitzgerald Fleming Fletcher Flores Foster Fowler Fox Francis Franklin Fraser Freeman Fuller
Gallagher Garcia Gardner Garrett Gibson Gilbert Gomez Gonzalez Goodwin Gordon Graham Graves Green Greene Griffin Griffiths Gustafson Haines Hamilton Hancock
Hansen Hanson Harding Hardy Harper Harrington Harris Harrison Hartley Harvey Hawkins Hayes Henderson Hendricks Herrera Hicks Higgins Hill Hoffman Holland
Holloway Holmes Hopkins Horton Howell Hudson Hughes Hunt Hunter Hutchinson Ingram Jackson Jacobs Jarvis Jefferson Jenkins Jennings Jensen Jimenez Johansson
Johnson Johnston Jones Jordan Kavanagh Keller Kelly Kennedy King Knight Knox Lambert Larsen Larson Lawrence Lawson Lee Lewis Lindqvist Lloyd Logan Lopez
Lowe Lucas Lynch MacDonald Mackenzie Malone Manning Marsh Marshall Martin Martinez Mason Matthews Maxwell McAllister McCarthy McCormack McDonald McGrath
McKenna Mendoza Mercer Meyer Middleton Miller Mills Mitchell Molina Monroe Montgomery Moore Morales Moran Moreno Morgan Morris Morrison Mueller Muller
Murphy Murray Nelson Newman Newton Nguyen Nichols Nicholson Nielsen Nolan Norris Norton Novak Nunez OConnor Olsen Olson Ortega Ortiz Osborne Owens Page
Palmer Parker Parsons Patel Patterson Payne Pearson Perez Perkins Perry Petersen Peterson Phillips Pierce Porter Potter Powell Preston Price Quinn Ramirez
Ramsey Reed Reeves Reid Reilly Reyes Reynolds Rhodes Richards Richardson Riley Rivera Roberts Robertson Robinson Rodgers Rodriguez Rogers Romero Rossi Rowe
Ruiz Russell Ryan Salazar Sanchez Sanders Sanderson Santos Saunders Sawyer Schmidt Schneider Schultz Schwartz Scott Sharp Shaw Shelton Shepherd Silva
Simmons Simpson Sinclair Singh Slater Smith Snyder Sorensen Spencer Stanley Stephens Stevens Stevenson Stewart Stone Sullivan Summers Sutherland Sutton
Taylor Thatcher Thomas Thompson Thomson Thornton Torres Townsend Tucker Turner Underwood Vargas Vasquez Vaughan Wagner Walker Wallace Walsh Walton Warner
Warren Watkins Watson Watts Weaver Webb Weber Webster Weiss Welch Wells Wheeler White Whitaker Whitehead Whitfield Wilkins Wilkinson Williams Williamson
Willis Wilson Winters Wolfe Wong Wood Woods Woodward Wright Wyatt Yates York Young Zimmerman Yilmaz Kowalski Horvath Nowak Popescu Costa Ferreira Oliveira
Pereira Bianchi Ferrari Colombo Moretti Laurent Lefebvre Moreau Girard Janssen Bakker Visser Peeters Lindberg Andersson Karlsson Nilsson Virtanen Korhonen
Kaya Demir Celik
"""
LATIN_ORDINARY = frozenset(
    """
    angel ant april archer art august aurora bailey baker ball banks barb barber barker bart basil bell bert bill bird bishop bob bond booth bridge brook
    brooks brown buck bud burgess bush butler carol carpenter carter chambers chance chandler chapman charity chase chip chuck clay clement cliff cole cook
    coop cooper coy cross crystal daisy dale dawn day dean dell destiny diamond dick dixie doc dolly don dot drake drew dusty earnest eden eve faith field
    fields fisher fletcher flick flora flowers ford forest foster fowler fox franc frank franklin freeman fuller gale garden gardner gay gene gil gill
    ginger glen gold good grace grant graves gray green greene guy hal hall hand hank hardy harmony harper hazel head heather herb hill holland holly honor
    hope hunt hunter iris ivy jack jade jan jasmine jay jean jet joy june king kit kitty knight lake lamb lance lane laurel law lee lily little long love
    lowe lucky major mandy marge mark marsh marshal marshall mason mat may melody mercy mia miles mill miller mills moon moore moses nan nat newman nick
    norm novel olive page pal palmer pam pan pansy paris parker parsons pat patience patsy patty peace pearl peg penny perry pierce pike pip piper polo pool
    pop pope porter post pot potter powers price prince prudence queen randy ray read red reed rice rich rick river rivers rob robin rock rod root rose
    rosemary rowan rowe ruby rush rusty sage salt sandy sawyer sharp shaw shepherd sherry short silver skip sky slater small smith sol son sonny spring star
    steel sterling stew stone storm strong sue summer summers sunny swan sweet tanner taylor temple tiger trinity trip tucker turner underwood urban val
    vale van violet walker wall ward warren watts weaver webb webster wells west wheeler white will willow wills willy winter winters wise wolf wolfe wood
    woods worth wren wright young
    """.split()
)
"""Names in Latin letters, case-folded, that are also common words of English."""

CYRILLIC_MEN = """
Александр Саша Саня Шура Сашуля Шурик Санёк Алекс; Алексей Лёша Лёха Алёша Лёшик; Андрей Андрюша Андрюха; Сергей Серёжа Серёга Серж; Дмитрий Дима Митя
Димон; Михаил Миша Миха Мишаня; Иван Ваня Ванюша Ванёк; Николай Коля Колян; Владимир Вова Володя Вован; Владислав Влад Владик; Вячеслав Слава Славик;
Евгений Женя Женёк; Максим Макс Максимка; Павел Паша Павлик; Пётр Петя Петруха; Роман Рома Ромчик; Олег Олежка; Игорь Игорёк Гарик; Юрий Юра Юрик;
Виктор Витя Витёк; Виталий Виталик Виталя; Василий Вася Васёк; Валерий Валера Валерик; Валентин Валя Валик; Вадим Вадик; Константин Костя Костик Костян;
Кирилл Кирюша Кирюха; Никита Никитос; Илья Илюша Илюха; Антон Антоша Тоха Антоха; Артём Тёма Тёмик Артёмка; Артур Артурчик; Арсений Сеня; Арсен; Денис
Дениска Дэн; Даниил Даня; Данила; Данил Данилка; Егор Егорка; Григорий Гриша Гриня; Георгий Гоша Жора; Глеб; Герман Гера; Геннадий Гена; Борис Боря; Богдан
Бодя; Тимофей Тимоша Тима; Тимур Тимурка; Степан Стёпа; Станислав Стас Стасик; Святослав Свят; Семён Сёма; Савелий Сава; Ярослав Ярик; Фёдор Федя; Филипп
Филя; Эдуард Эдик; Эмиль; Эрик; Руслан Русик; Рустам; Ринат; Ренат; Рафаэль Рафик; Рашид; Равиль; Родион Родя; Ростислав Ростик; Роберт; Рудольф; Марат
Маратик; Марк; Матвей Мотя; Мирон; Мирослав; Макар; Лев Лёва; Леонид Лёня; Леон; Лука; Лаврентий; Кузьма Кузя; Клим; Казбек; Камиль; Карен; Захар; Заур;
Игнат; Ибрагим; Ильдар; Ильнур; Ислам; Искандер; Иннокентий Кеша; Ипполит; Назар; Наиль; Нурлан; Наум; Нестор; Осип; Остап; Оскар; Прохор; Потап; Порфирий;
Платон; Пантелеймон; Трофим; Тарас; Тихон Тиша; Терентий; Тигран; Ульян; Устин; Фарид; Феликс; Фома; Фрол; Харитон; Христофор; Хасан; Шамиль; Эльдар; Эдгар;
Юлиан; Юсуф; Яков Яша; Ян; Яким; Ахмед; Азамат; Азат; Айдар; Айрат; Алан; Альберт Алик; Альфред; Анатолий Толя Толик Толян; Аркадий Аркаша; Арам; Армен;
Аслан; Ашот; Афанасий Афоня; Бахтияр; Булат; Вагиф; Вазген; Валерьян; Варлам; Велимир; Венедикт; Вениамин Веня; Викентий; Виссарион; Владлен; Всеволод Сева;
Гавриил; Гордей; Давид; Дамир; Демид; Демьян Дёма; Джамал; Евдоким; Евсей; Елисей; Емельян Емеля; Еремей Ерёма; Ефим Фима; Ефрем; Зиновий; Илларион;
Климент; Кондрат; Корней; Лазарь; Леонтий; Лукьян; Любомир; Мансур; Мартын; Махмуд; Мстислав; Мурат; Никифор; Никодим; Никон; Онисим; Орест; Парфён; Рамиль;
Рамазан; Расул; Руфат; Савва; Самвел; Самуил; Светозар; Серафим Сима; Спиридон; Тагир; Федот; Феофан; Филат; Эмин; Эрнест; Ярополк
"""
CYRILLIC_WOMEN = """
Александра Саша Шура Сашуля; Алина; Алиса; Алла; Алёна; Альбина; Альфия; Амина; Анастасия Настя Ася Настюша; Ангелина Геля; Анжела; Анжелика; Анна Аня Анюта
Нюта Нюра Аннушка; Антонина Тоня; Арина Ариша; Валентина Валя; Валерия Лера; Варвара Варя; Василиса; Вера; Вероника Ника; Виктория Вика Викуля;
Виолетта; Владислава Влада; Галина Галя; Дарья Даша; Диана; Дина; Динара; Доминика; Ева; Евгения Женя; Евдокия Дуся; Екатерина Катя Катюша Катюха Катерина
Катюня; Елена Лена Ленуся; Елизавета Лиза; Есения; Жанна; Зарина; Зинаида Зина; Злата; Зоя; Зульфия; Инга; Инесса; Инна; Ирина Ира Ириша; Камила; Карина;
Каролина; Кира; Клавдия Клава; Кристина Кристя; Ксения Ксюша Ксюха; Лада; Лариса Лара; Лейла; Лиана; Лидия Лида; Лилия Лиля; Любовь Люба Любаша; Людмила
Люда Люся; Маргарита Рита; Марианна; Марина Мариша; Мария Маша Маруся Машуля Маня; Марта; Марфа; Майя; Милана; Милена; Мира; Мирослава; Надежда Надя Надюша;
Наиля; Наталья Наташа Ната Натуся; Наталия Наташа; Нелли; Нина; Нонна; Оксана Ксана; Олеся Леся; Ольга Оля Олюшка; Патимат; Полина Поля; Прасковья Параша;
Рада; Раиса Рая; Регина; Рената; Римма; Роза; Роксана; Руслана; Сабина; Светлана Света Светуля; Серафима Сима; Снежана; София Соня; Софья Соня; Стелла;
Стефания; Сусанна; Таисия Тася; Тамара Тома; Татьяна Таня Танюша Танюха; Ульяна Уля; Фаина; Фатима; Фарида; Эвелина; Элеонора Эля; Эльвира; Эльмира; Элина;
Эмилия; Эмма; Эсмира; Юлиана; Юлия Юля; Яна; Ярослава; Аида; Аделина; Адель; Айгуль; Айнура; Агата; Аглая; Аграфена Груня; Агния; Акулина; Алевтина
Аля; Алсу; Анфиса; Ариадна; Белла; Берта; Ванда; Венера; Виталина; Гаянэ; Глафира Глаша; Гульнара Гуля; Гузель; Дана; Джамиля; Зухра; Ида; Изабелла;
Иоланта; Капитолина Капа; Клара; Лаура; Лея; Лукерья Луша; Луиза; Мадина; Малика; Матрёна; Мелания; Мелисса; Меланья; Мишель; Нана; Николь; Нинель;
Олимпиада; Пелагея; Ревекка; Рахиль; Руфина; Сара; Степанида Стеша; Сюзанна; Устинья; Фёкла; Фрида; Цветана; Эльза; Эсфирь; Этери; Юдифь; Ядвига; Янина;
Марьяна; Марьям; Зарема; Лейсан; Эрика; Нателла; Тереза; Ирма; Илона; Инара; Лолита; Эвита
"""
CYRILLIC_EITHER = "Саша Шура; Женя; Валя; Слава; Вася; Паша; Сима; Стася; Руся; Тоша; Гера; Яся; Даня"
CYRILLIC_PATRONYMICS = """
Александрович Алексеевич Анатольевич Андреевич Антонович Аркадьевич Артёмович Артурович Афанасьевич Богданович Борисович Вадимович Валентинович Валерьевич
Васильевич Викторович Витальевич Владимирович Владиславович Всеволодович Вячеславович Геннадьевич Георгиевич Германович Глебович Григорьевич Давидович
Данилович Денисович Дмитриевич Евгеньевич Егорович Ефимович Захарович Иванович Игнатович Игоревич Ильич Кириллович Константинович Кузьмич Леонидович Львович
Макарович Максимович Маратович Маркович Матвеевич Миронович Михайлович Назарович Никитич Николаевич Олегович Остапович Павлович Петрович Платонович
Робертович Родионович Романович Ростиславович Русланович Савельевич Святославович Семёнович Сергеевич Станиславович Степанович Тарасович Тимофеевич
Тимурович Трофимович Фёдорович Феликсович Филиппович Эдуардович Юрьевич Яковлевич Ярославович
"""
CYRILLIC_SURNAMES = """
Абрамов Авдеев Агафонов Аксёнов Александров Алексеев Ананьев Андреев Анисимов Антонов Артамонов Архипов Афанасьев Баранов Белов Беляев Беспалов Блинов
Бобров Богданов Большаков Борисов Буров Быков Васильев Веселов Виноградов Вишняков Власов Воробьёв Воронов Воронцов Гаврилов Галкин Герасимов Голубев
Горбунов Горшков Громов Гусев Давыдов Данилов Дементьев Денисов Дмитриев Дорофеев Дроздов Дьячков Евдокимов Евсеев Егоров Елисеев Емельянов Ермаков Ершов
Ефимов Ефремов Жданов Жуков Журавлёв Зайцев Захаров Зимин Зиновьев Зуев Зыков Иванов Игнатьев Ильин Исаев Казаков Калашников Калинин Капустин Карпов
Кириллов Киселёв Климов Князев Ковалёв Козлов Колесников Комаров Комиссаров Кондратьев Коновалов Кононов Константинов Копылов Королёв Котов Крылов Крюков
Кудрявцев Кудряшов Кузнецов Кузьмин Кулагин Кулаков Лаврентьев Лазарев Лапин Ларионов Лебедев Лихачёв Лобанов Логинов Лукин Лыткин Макаров Максимов Мамонтов
Марков Мартынов Маслов Матвеев Медведев Мельников Меркушев Миронов Михайлов Михеев Мишин Моисеев Молчанов Морозов Муравьёв Мухин Мясников Назаров Наумов
Некрасов Нестеров Никитин Никифоров Николаев Никонов Новиков Носков Носов Овчинников Одинцов Орехов Орлов Осипов Павлов Панов Панфилов Пахомов Пестов Петров
Петухов Поляков Пономарёв Попов Потапов Прохоров Рогов Родионов Рожков Романов Русаков Рыбаков Рябов Савельев Савин Сазонов Самойлов Самсонов Сафонов
Селезнёв Семёнов Сергеев Сидоров Силин Симонов Ситников Смирнов Соболев Соколов Соловьёв Сорокин Степанов Стрелков Субботин Суворов Суханов Сысоев Тарасов
Терентьев Тетерин Тимофеев Титов Тихонов Третьяков Трофимов Туров Уваров Устинов Фадеев Фёдоров Федосеев Федотов Филатов Филиппов Фокин Фомин Фролов
Харитонов Хохлов Цветков Чернов Чернышёв Шарапов Шаров Шашков Широков Шилов Ширяев Шубин Щербаков Юдин Яковлев Бельский Барановский Вишневский Добровольский
Дубровский Журавский Заболоцкий Каминский Ковальский Козловский Краснопольский Лебединский Левицкий Липский Маковский Невский Никольский Одоевский Орловский
Островский Павловский Покровский Полонский Рождественский Соколовский Сосновский Сухоцкий Троицкий Успенский Хмельницкий Бондаренко Василенко Гончаренко
Гриценко Дмитренко Доценко Евтушенко Ефименко Захаренко Иваненко Иващенко Карпенко Кириленко Кириченко Клименко Коваленко Ковтуненко Кравченко Кузьменко
Лысенко Макаренко Марченко Мироненко Михайленко Назаренко Нестеренко Николаенко Омельченко Онищенко Павленко Пономаренко Прокопенко Романенко Савченко
Сидоренко Тарасенко Тимошенко Ткаченко Фоменко Шевченко Юрченко Яковенко Долгих Сухих Седых Черных Белых Красных Крутых Косых Польских Светлых Бондарчук
Василюк Гаврилюк Данилюк Демчук Захарчук Иванчук Климчук Ковальчук Кондратюк Кравчук Кузьмук Лавринюк Лещук Макарчук Мартынюк Мельничук Михальчук Назарчук
Остапчук Панасюк Петрук Полищук Романюк Савчук Семенюк Степанюк Тарасюк Ткачук Федорчук Шевчук Яремчук Мельник Гончар Карапетян Петросян Григорян Саркисян
Мартиросян Акопян Хачатрян Аветисян Бабаян Геворкян Капица Глинка Майборода Лобода Сирота Гречка Щерба Скиба Лоза Дзюба
"""
CYRILLIC_ORDINARY = frozenset("вера верочка надежда любовь роза лев слава лада мира злата рада марта ева роман лилия клим свят эра".split())
"""Russian families whose full or only form is a word in its own right, whatever the dictionary's counts say."""
CYRILLIC_WORDS = frozenset(
    """
Аля Амина Аська Белка Белочка Бельский Валентинка Валик Валя Варвара Василиска Венерка Вера Виталя Галька Геля Гена Гера Глаша Гречка Гуленька Гулька
Гуля Дана Дубровский Женя Злата Златка Ида Инка Ислам Капка Каролинка Кеша Кирка Кирочка Кларка Козловский Колечка Коля Комиссаров Корней Костя Кузька
Лада Лапин Лев Лейка Лена Ленка Лерка Лея Лиана Лилия Лоза Лука Любка Любовь Майка Майя Маня Маргаритка Маринка Марта Мелисса Мельник Миленка Мира
Мирка Мишка Надежда Нанка Ната Натка Наточка Ника Олимпиада Орловский Островский Параша Парашка Петя Покровский Полька Поля Рада Райка Рамазан Рафик
Рая Родя Рождественский Роза Розочка Роман Руся Савка Света Свят Севка Серж Серёжечка Серёжка Симка Сирота Ситников Слава Славка Соколовский Сонька
Сосновский Стеша Сухоцкий Тиша Толик Тома Уля Фомка Эля Эмка Юля Юрка Ярославка
""".split()
)
"""Those forms of all Russian names above that are words as well, by name_forms.reads_as_word: to ask it of each would take the dictionary a second."""

GREEK_MEN = """
Γιώργος Γιωργάκης; Δημήτρης Μήτσος; Κώστας Κωστής; Γιάννης Γιαννάκης; Νίκος; Παναγιώτης; Βασίλης; Χρήστος; Αθανάσιος Θανάσης; Μιχάλης; Ευάγγελος Βαγγέλης;
Σπύρος; Αντώνης; Αναστάσιος Τάσος; Θεόδωρος; Ανδρέας; Χαράλαμπος Μπάμπης; Αλέξανδρος Αλέκος; Εμμανουήλ Μανώλης; Ηλίας; Σταύρος; Πέτρος; Στέλιος; Φώτης;
Γρηγόρης; Απόστολος; Λευτέρης; Στέφανος; Άγγελος; Παύλος; Μάριος; Γεράσιμος; Λεωνίδας; Άρης; Θωμάς; Σωτήρης; Ιάσονας; Ορέστης; Οδυσσέας; Φίλιππος; Αχιλλέας;
Νεκτάριος; Κυριάκος; Σάββας
"""
GREEK_WOMEN = """
Μαρία Μαράκι; Ελένη Λένα; Αικατερίνη Κατερίνα; Βασιλική Βάσω; Σοφία; Αγγελική; Γεωργία; Δήμητρα; Ευαγγελία; Ιωάννα; Αναστασία; Παναγιώτα; Κωνσταντίνα Ντίνα;
Χριστίνα; Άννα; Ευτυχία; Φωτεινή; Δέσποινα; Παρασκευή; Στυλιανή; Κυριακή; Ειρήνη; Ελευθερία; Αθηνά; Ευγενία; Θεοδώρα; Αλεξάνδρα; Ζωή; Βαρβάρα; Μαργαρίτα;
Χρυσούλα; Σταυρούλα; Νίκη; Άρτεμις; Δανάη; Ιφιγένεια; Καλλιόπη; Μαρίνα; Νεφέλη; Ραλλού; Σταματία; Φανή; Χαρά; Ολυμπία; Πηνελόπη; Μυρτώ
"""
GREEK_SURNAMES = """
Παπαδόπουλος Παπαδάκης Παπανικολάου Βασιλείου Νικολάου Γεωργίου Ιωάννου Δημητρίου Κωνσταντίνου Αντωνίου Αθανασίου Αλεξίου Αγγελόπουλος Γιαννόπουλος
Δημόπουλος Χριστόπουλος Παναγόπουλος Θεοδωρόπουλος Νικολόπουλος Αναγνωστόπουλος Σταματόπουλος Καραγιάννης Οικονόμου Μακρής Παππάς Βλάχος Μαρκάκης Μανωλάκης
Σταθάκης Λαμπράκης Καλλέργης Ζαχαρίου Ξενάκης Τσακίρης Φωτίου Σαββίδης Ιωαννίδης Γεωργιάδης Αποστολίδης Μιχαηλίδης Πετρίδης Λεβέντης Ρήγας Καζάκος
"""
HEBREW_MEN = """
אברהם אבי; אדם; אורי; אילן; איתן; אלון; אליהו אלי; אלעד; אמיר; אריאל; אריה; אשר; בועז; בנימין בני; ברק; גדעון; גיא; גלעד; דוד דודו; דורון; דניאל דני; זאב;
חיים; חנוך; טוביה; יאיר; יגאל; יהודה; יהונתן יוני; יואב; יוסף יוסי; יונתן; יחזקאל; יעקב קובי; יצחק איציק; ירון; ישראל; מאיר; מיכאל; מנחם; מרדכי מוטי; משה
מושיק; מתן; נדב; נועם; ניר; נתן; נתנאל; עודד; עומר; עידו; עמית; עמוס; צבי צביקה; ראובן; רונן; רפאל רפי; שאול; שחר; שי; שלמה; שמואל; שמעון
"""
HEBREW_WOMEN = """
אביגיל; אביבה; אביטל; אדווה; אהובה; אורית; אורלי; אילנה; איריס; אלה; אסתר אסתי; אפרת; בתיה; גאולה; גילה; דבורה דבי; דליה; דנה; דפנה; הדס; הדסה; ורד; זהבה;
חגית; חווה; חנה; טל; טליה; טובה; יעל; יפה; יפית; יהודית; כרמל; לאה; לימור; ליאת; מאיה; מיכל; מירי; מרים; נאוה; נועה; נטע; נעמי; נילי; סיגל; ענת; עדי; עדינה;
עינת; פנינה; ציפורה ציפי; קרן; רבקה; רות; רונית; רחל; שולמית; שושנה; שירה; שלומית; שרה; תמר
"""
HEBREW_SURNAMES = """
כהן לוי מזרחי פרץ ביטון דהן אברהמי פרידמן אזולאי מלכה כץ אוחנה עמר גבאי יוספי חדד אדלר גרוס שפירא רוזנברג גולדברג ברקוביץ קפלן וייס שוורץ הורוביץ סגל רביבו
אלמוג ברנע גולן הררי זיו טננבאום לביא מימון נחמני סויסה ענבר פלדמן צדוק קליין רבינוביץ שטרן תורג
"""
ARABIC_MEN = """
محمد; أحمد حمادة; محمود; علي; حسن; حسين; إبراهيم; خالد; عمر; يوسف; مصطفى; طارق; سمير; كريم; ياسر; وليد; هشام; عادل; جمال; ناصر; سعيد; رامي; زياد; فادي;
باسم; مازن; نبيل; فيصل; سلمان; عمرو; هاني; أيمن; أشرف; حازم; رائد; ماجد; مروان; نزار; وائل; أسامة; بلال; أنس; حمزة; إسماعيل; داود; عثمان; فهد; بدر; تامر;
شريف
"""
ARABIC_WOMEN = """
فاطمة; عائشة; مريم; خديجة; زينب; ليلى; سارة; نور; هدى; منى; سلمى; رانيا; دينا; هالة; سميرة; نادية; أمل; رنا; ريم; لينا; دانا; هند; سعاد; نجلاء; عبير; إيمان;
أسماء; آية; ياسمين; رحاب; شيماء; سوسن; لمى; جميلة; كريمة; لطيفة; نوال; وفاء; سهى; غادة; رشا; مها; نسرين; ميساء; بسمة; حنان; سناء; صفاء; عفاف; فريدة
"""
ARABIC_SURNAMES = """
المصري الحسيني السيد الشريف الخطيب النجار الحداد البغدادي الدمشقي الحلبي القاسم الأحمد الخوري العلي الحسن الفاروق الزهراني القحطاني الغامدي العتيبي الشمري
المالكي الهاشمي السعدي الراوي التميمي الكردي التركي البدوي الرفاعي النابلسي الحموي الصباغ القدسي اللبناني السوداني الطرابلسي التونسي المغربي اليمني الحلاق
العطار الصالح
"""
DEVANAGARI_MEN = """
राम; राहुल; अमित; विजय; संजय; अजय; राजेश राजू; सुरेश; रमेश; महेश; दिनेश; मुकेश; राकेश; अनिल; सुनील; मनोज; विनोद; प्रमोद; अशोक; विकास; विवेक; आलोक; अभिषेक
अभि; रोहित; मोहित; अंकित; निखिल; वरुण; तरुण; करण; अर्जुन; कृष्ण; गोपाल; मोहन; सोहन; हरीश; नरेश; योगेश; गणेश; सचिन; नितिन; प्रवीण; देवेन्द्र; राजेन्द्र;
सिद्धार्थ
"""
DEVANAGARI_WOMEN = """
सीता; गीता; अनीता; सुनीता; कविता; सविता; पूजा; नेहा; प्रिया; अंजलि; दीपिका; रेखा; सुषमा; मीना; रीना; शालिनी; नंदिनी; मालिनी; राधा; लक्ष्मी; सरस्वती;
पार्वती; सरिता; ममता; वंदना; अर्चना; ज्योति; किरण; स्वाति; श्वेता; मनीषा; अनुष्का; ऐश्वर्या; काजल; रश्मि; शिल्पा; सोनिया; तनुजा; उषा; वर्षा; निशा; मधु;
पल्लवी; रुचि; मेघा
"""
DEVANAGARI_SURNAMES = """
शर्मा वर्मा गुप्ता सिंह कुमार यादव मिश्रा पांडे तिवारी दुबे चौबे त्रिपाठी द्विवेदी चतुर्वेदी शुक्ला जोशी पंत भट्ट नेगी रावत अग्रवाल गोयल बंसल मित्तल जैन शाह
पटेल देसाई मेहता पारेख कुलकर्णी देशपांडे पाटिल पवार शिंदे जाधव चव्हाण गायकवाड़ नायर मेनन अय्यर राव रेड्डी चौहान राठौर सोलंकी
"""
HAN_MEN = """
建国; 志强; 伟明; 国华; 海涛; 文杰; 俊杰; 浩然; 子轩; 宇航; 志伟; 建军; 建华; 永强; 家豪; 明辉; 晓峰; 振华; 立新; 德明; 天佑; 思远; 嘉伟; 泽宇; 一鸣; 世杰;
瑞霖; 少华; 学文; 国栋; 景辉; 鸿飞; 俊豪; 志远; 成龙; 启明; 卫东; 文博; 昊天; 承志; 勇; 磊; 涛; 鹏; 斌; 超; 刚; 杰; 辉; 波
"""
HAN_WOMEN = """
秀英; 桂英; 美玲; 丽华; 淑芬; 雅婷; 晓燕; 雪梅; 佳怡; 欣怡; 思雨; 诗涵; 梦洁; 玉兰; 春梅; 海燕; 丽娜; 婉婷; 静怡; 慧敏; 雨桐; 若曦; 子涵; 语嫣; 紫萱; 依琳;
晓雯; 文静; 素珍; 月华; 惠玲; 佩珊; 美华; 小红; 雅琴; 嘉欣; 可欣; 艳红; 婷婷; 秋菊; 娜; 丽; 娟; 芳; 婷; 燕; 玲; 敏; 倩; 颖
"""
HAN_SURNAMES = """
王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘
杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 司马
诸葛 上官 夏侯
"""
KANJI_MEN = """
太郎; 健一; 翔太; 大輔; 拓也; 直樹; 和也; 健太; 達也; 哲也; 浩二; 誠; 隆; 茂; 進; 勝; 亮; 学; 大樹; 裕太; 雄一; 雄太; 一郎; 二郎; 三郎; 正雄; 義雄; 秀樹;
英樹; 正樹; 俊介; 康平; 慎吾; 純一; 賢治; 悠斗; 陽翔; 蓮; 颯太; 陸
"""
KANJI_WOMEN = """
花子; 美咲; 陽子; 恵子; 由美子; 真由美; 直美; 智子; 幸子; 和子; 洋子; 裕子; 久美子; 明美; 京子; 純子; 良子; 節子; 愛; 葵; 結衣; 陽菜; 美優; 彩; 舞; 麻衣;
千尋; 美穂; 香織; 理恵; 絵美; 友美; 沙織; 奈々; 桜子; 優花; 莉子; 美月; 紗希; 琴音
"""
KANJI_SURNAMES = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 山崎 森田 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田
長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 原田 松田
"""
HANGUL_MEN = """
민준; 서준; 도윤; 예준; 시우; 주원; 하준; 지호; 준서; 준우; 현우; 지훈; 건우; 우진; 선우; 서진; 민재; 현준; 연우; 유준; 정우; 승우; 승현; 시윤; 준혁; 은우;
지환; 승민; 지우; 유찬; 철수; 영수; 영호; 성호; 성민; 동현; 재현; 상훈; 태현; 진우; 기영; 병철
"""
HANGUL_WOMEN = """
서연; 서윤; 지민; 서현; 하은; 하윤; 민서; 지유; 윤서; 채원; 수아; 지아; 지윤; 은서; 다은; 예은; 수빈; 소율; 예린; 지원; 소윤; 유진; 채은; 가은; 예원; 유나;
서아; 영희; 순자; 미영; 은주; 은영; 미경; 혜진; 수진; 현정; 지영; 은정; 보라; 나연; 혜경; 정숙
"""
HANGUL_SURNAMES = """
김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 민 진 나 지 엄 채 원 천 방 공 현 함 변 염
여 추 도 소 석 선 설 마 길 연 위 표 명 기 반 남궁 황보 제갈 선우
"""
KANA_MEN = """
はると; ゆうと; そうた; れん; みなと; りく; ゆうき; けんた; たくや; だいすけ; しょうた; なおき; かずや; たつや; てつや; こうじ; まこと; たかし; しげる;
すすむ; まさる; りょう; まなぶ; ひろき; ゆうた; ゆういち; いちろう; じろう; さぶろう; まさお; よしお; ひでき; まさき; しゅんすけ; こうへい; しんご;
じゅんいち; けんじ; たろう; けんいち; ともや
"""
KANA_WOMEN = """
ひなた; めい; ゆい; あおい; さくら; はな; みさき; ようこ; けいこ; ゆみこ; まゆみ; なおみ; ともこ; さちこ; かずこ; ひろこ; ゆうこ; くみこ; あけみ; きょうこ;
じゅんこ; よしこ; せつこ; はなこ; みゆ; あや; まい; まいこ; ちひろ; みほ; かおり; りえ; えみ; ともみ; さおり; なな; ゆうか; りこ; みづき; ことね; あかり
"""
KANA_SURNAMES = """
さとう すずき たかはし たなか いとう わたなべ やまもと なかむら こばやし かとう よしだ やまだ ささき やまぐち まつもと いのうえ きむら さいとう しみず
やまざき もりた いけだ はしもと あべ いしかわ やました なかじま いしい おがわ まえだ おかだ はせがわ ふじた ごとう こんどう むらかみ えんどう あおき
さかもと ふくだ おおた
"""
GEORGIAN_MEN = """
გიორგი გია; დავით დათო; ნიკოლოზ ნიკა; ლევან; ირაკლი; ზურაბ; თორნიკე; ლუკა; საბა; სანდრო; ალექსანდრე; ვახტანგ ვახო; თამაზ; თემურ; გოჩა; მამუკა; მერაბ; ნოდარ;
ოთარ; რევაზ; რეზო; შალვა; შოთა; ჯაბა; ბესიკ; ბექა; გელა; გივი; დემეტრე; ელგუჯა; ვაჟა; ზაზა; თენგიზ; იოსებ; კახა; კობა; ლაშა; მალხაზ; მიხეილ მიშა; პაატა;
რამაზ; ავთანდილ ავთო; ბაჩანა
"""
GEORGIAN_WOMEN = """
ნინო; მარიამ; თამარ თამუნა; ანა; ნანა; ეკატერინე ეკა; ქეთევან ქეთი; ელენე; მაია; ირინა; ლელა; ლია; ლამარა; მანანა; მაყვალა; მზია; ნათია; ნათელა; ნონა;
რუსუდან; სალომე; სოფიო; სოფო; ეთერ; თეონა; თინათინ; თეა; ია; იამზე; ინგა; ლიკა; მედეა; მერი; ნატო; ნუცა; ცისანა; ცირა; შორენა; ხათუნა; დალი; დარეჯან; გვანცა
"""
GEORGIAN_SURNAMES = """
ბერიძე კაპანაძე გელაშვილი მაისურაძე გიორგაძე ლომიძე წიკლაური ხუციშვილი ნოზაძე კვარაცხელია ტაბატაძე ჯაფარიძე აბაშიძე მესხიძე შენგელია ჩხეიძე ქავთარაძე დოლიძე
ჯანელიძე სვანიძე ფირცხალავა გოგოლაძე კობახიძე მაჭარაშვილი ბურჭულაძე ნადირაძე ცინცაძე ღვინიაშვილი მჭედლიშვილი არველაძე ალავიძე ბახტაძე გვასალია დვალი ელიავა
თოდუა იოსელიანი კიკნაძე ლორთქიფანიძე მიქაძე ოდიშარია
"""
ARMENIAN_MEN = """
Արամ; Արմեն; Արթուր; Աշոտ; Արա; Արսեն; Արտակ; Արտյոմ; Բագրատ; Գագիկ; Գարիկ; Գևորգ; Գոռ; Գրիգոր; Դավիթ; Երվանդ; Զավեն; Էդգար; Էդուարդ; Թաթուլ; Թիգրան; Իշխան;
Լևոն; Խաչիկ; Կարեն; Կարապետ; Հայկ; Հակոբ; Համլետ; Հովհաննես; Հրանտ; Ղազար; Մանվել; Մարտիրոս; Մհեր; Միքայել; Մկրտիչ; Նարեկ; Ներսես; Պետրոս; Ռուբեն; Սամվել;
Սարգիս; Սուրեն; Վահան; Վահե; Վարդան; Տիգրան
"""
ARMENIAN_WOMEN = """
Անահիտ; Աննա; Անի; Անուշ; Արփինե; Աստղիկ; Արմինե; Արաքսյա; Գայանե; Գոհար; Դիանա; Եվա; Զարուհի; Էմմա; Թամարա; Թագուհի; Իրինա; Լիանա; Լիլիթ; Լուսինե; Կարինե;
Հասմիկ; Հեղինե; Հռիփսիմե; Մանե; Մարիամ; Մարինե; Մերի; Մարիետա; Նաիրա; Նազիկ; Նարինե; Նելլի; Նունե; Շուշան; Ռուզաննա; Սաթենիկ; Սիրանուշ; Սոնա; Սյուզաննա;
Վարդուհի; Տաթև; Քրիստինե
"""
ARMENIAN_SURNAMES = """
Հարությունյան Սարգսյան Գրիգորյան Հովհաննիսյան Խաչատրյան Պետրոսյան Կարապետյան Մկրտչյան Վարդանյան Ավետիսյան Մարտիրոսյան Գևորգյան Ղազարյան Ստեփանյան Հակոբյան
Սիմոնյան Մանուկյան Ասատրյան Բաղդասարյան Գասպարյան Դանիելյան Եղիազարյան Զաքարյան Թադևոսյան Իսրայելյան Կիրակոսյան Մելքոնյան Միքայելյան Մինասյան Մուրադյան
Նազարյան Ներսիսյան Պողոսյան Ռափայելյան Սահակյան Սիմավորյան Տոնոյան Քոչարյան Օհանյան Ֆահրադյան
"""

PLAIN = frozenset(
    """
    a account acc admin agency airbnb airport and apartment app assistant at auntie aunt aunty baby babe bae band bank bar barber best bestie big bff bike
    bot boss boy boyfriend bro brother broker builder bus business buyer cab cafe car cat cell chat cheap chef chief class classmate cleaner clinic club
    coach college colleague company concierge contractor cousin crew customer dad daddy darling date de dealer dear dad delivery dentist der di doc doctor
    dog dr driver du electrician ex family father fiance fiancee flat flatmate for friend from garage gate gf girl girlfriend grandad granddad grandma
    grandpa granny group guide gym hairdresser handyman home honey hospital host hotel house hr hubby husband ii iii in insurance it jr junior kid kids
    kindergarten la landlady landlord las laundry lawyer le les library little los love lover ma madam main maid mama mamma man manager master mate md
    mechanic messenger mobile mom mommy mother mr mrs ms mum mummy my nana nanny neighbor neighbour nephew new newspaper niece number nurse of office old on
    online only office owner pa painter papa parents partner personal pet pharmacy phone photographer pizza place plumber police post prof professor ps pub
    realtor reception recruiter rent repair restaurant roommate room sales salon school second secret seller senior service shop sir sis sister
    sister-in-law small sms son spam sr staff station store student studio super supermarket supervisor support sweetheart sweetie taxi teacher team tech
    temp tenant test the therapist to tour trainer travel trainee tutor tv uber uncle uni university upstairs downstairs van vet via von waiter wife wifey
    wifi work worker y yoga bin ibn el da dos del della dello den ter ten af av deleted unknown user group channel news official info help helpdesk customer
    london berlin paris moscow york usa uk germany france spain italy russia gmbh ltd inc llc co monday tuesday wednesday thursday friday saturday sunday
    january february march july september october november december red black blue yellow happy crazy mutti vati papi oma opa tante onkel chef bruder
    schwester arbeit nachbar maman frère soeur père mère patron travail mamá papá abuela abuelo jefe trabajo tía tío hermano hermana мама мам мамочка мамуля
    мамуся мамулечка папа пап папочка папуля бабушка бабуля баба дедушка деда дедуля дед брат братик братан сестра сестрёнка сестренка сеструха тётя тетя
    дядя муж жена любимый любимая зая зайка котик солнышко шеф босс работа дом сосед соседка доставка такси врач доктор зубной стоматолог мастер тренер
    учитель няня чат группа друг подруга начальник коллега бывший бывшая тёща теща свекровь свёкор свекор зять невестка сноха кум кума крёстная крестная
    крёстный крестный внук внучка сын сынок доча дочь дочка дочурка племянник племянница тёть теть дядь тётка тетка удалённый удаленный аккаунт мамка папка
    батя мать отец универ школа садик институт мамо тато бабуся дідусь 妈妈 爸爸 爷爷 奶奶 外公 外婆 老公 老婆 哥哥 姐姐 弟弟 妹妹 老师 老板 公司 快递 外卖
    客服 司机 房东 医生 同事 同学 叔叔 阿姨 舅舅 宝贝 家 工作 母 父 姉 兄 妹 弟 先生 会社 お母さん お父さん ママ パパ 엄마 아빠 할머니 할아버지 누나 언니
    오빠 형 동생 이모 삼촌 고모 선생님 사장님 회사 택배 남편 아내 여보 אמא אבא סבא סבתא אח אחות עבודה בוס דודה بابا ماما جدي جدتي أخي أختي عمي خالي عمل مدير
    μαμά μπαμπάς γιαγιά παππούς δουλειά αφεντικό θεία θείος माँ पापा मम्मी दादी दादा नाना नानी भैया दीदी चाचा დედა მამა ბებო ბაბუა მამიდა სამსახური მაμა
    մամա պապա տատիկ պապիկ քույր եղբայր աշխատանք
    """.split()
)
"""Words, case-folded, that people write in place of a contact's name or beside it; a Russian word is also known by pymorphy3's dictionary."""
